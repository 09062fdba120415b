"""What a person waits for in the page: measured in a real JupyterLab with a real browser."""
