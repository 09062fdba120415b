# Everything is in tools/dev.py, which works without make as well: python3 tools/dev.py lab
PYTHON ?= python3

.PHONY: lab test build soak clean

# make lab: set up and serve JupyterLab.  make lab CHECK=1: set up, check everything once, stop.
lab:
	$(PYTHON) tools/dev.py lab $(if $(CHECK),--check)

test build soak clean:
	$(PYTHON) tools/dev.py $@
