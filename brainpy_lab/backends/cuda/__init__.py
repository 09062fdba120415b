"""The CUDA back end: programs printed as CUDA C++, and the devices that run them."""
