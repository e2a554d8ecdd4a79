# Everything runs in a virtual environment of its own; nothing is installed outside $(VENV).
PYTHON ?= python3
VENV ?= .venv
INSTALLED = $(VENV)/.installed

.PHONY: mnist test lint benchmark clean

mnist: $(INSTALLED)
	$(VENV)/bin/python experiments/mnist/train.py $(FLAGS)

test: $(INSTALLED)
	$(VENV)/bin/python -m nose2

lint: $(INSTALLED)
	$(VENV)/bin/python -m pip install --quiet ruff
	$(VENV)/bin/python -m ruff check .

benchmark: $(INSTALLED)
	$(VENV)/bin/python -m pip install --quiet --requirement benchmarks/requirements-peers.txt
	$(VENV)/bin/python benchmarks/all.py $(FLAGS)

# The library is on the environment's path as it lies here; nothing is built or copied.
$(INSTALLED): requirements.txt Makefile
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --requirement requirements.txt
	echo "$(CURDIR)" > "$$($(VENV)/bin/python -c \
		'import sysconfig; print(sysconfig.get_path("purelib"))')/tensornet.pth"
	touch $@

clean:
	rm -rf $(VENV)
