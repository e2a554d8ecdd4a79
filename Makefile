# Everything runs in virtual environments of its own: $(VENV), and .venv-torch, which the benchmarks
# make for PyTorch. Nothing is installed elsewhere.
PYTHON ?= python3
VENV ?= .venv
INSTALLED = $(VENV)/.installed
# A notebook that runs make names a backend of its own, which is not in $(VENV): Matplotlib cannot be
# imported then, nor Keras. Pictures are only written to files.
export MPLBACKEND = agg

.PHONY: mnist test lint docs benchmark clean

mnist: $(INSTALLED)
	$(VENV)/bin/python experiments/mnist/train.py $(FLAGS)

# All of them on all cores, or `make test FLAGS="tests.layers.test_tt tests.tt.test_factorization"`.
test: $(INSTALLED)
	$(VENV)/bin/python -m tests $(FLAGS)

lint: $(INSTALLED)
	$(VENV)/bin/python -m pip install --quiet ruff mypy
	$(VENV)/bin/python -m ruff check .
	$(VENV)/bin/python -m mypy

# The site in build/site. Its tools read the sources and need no TensorFlow. A warning is an error.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/python -m mkdocs --quiet build
	@echo "built: build/site/index.html; its search needs a server:" \
		"python -m http.server --directory build/site"

benchmark: $(INSTALLED)
	$(VENV)/bin/python -m pip install --quiet --requirement benchmarks/requirements-peers.txt
	$(VENV)/bin/python benchmarks/all.py $(FLAGS)

# The library is on the environment's path as it lies here; nothing is built or copied.
$(INSTALLED): requirements.txt experiments/requirements.txt tests/requirements.txt Makefile
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --requirement requirements.txt
	echo "$(CURDIR)" > "$$($(VENV)/bin/python -c \
		'import sysconfig; print(sysconfig.get_path("purelib"))')/tensornet.pth"
	touch $@

$(VENV)/.docs: docs/requirements.txt Makefile
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --requirement docs/requirements.txt
	touch $@

clean:
	rm -rf $(VENV) .venv-torch
