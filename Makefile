# The project's few commands. Each says what it does while it does it; the work is in scripts/.

.DEFAULT_GOAL := help
.PHONY: help run test check bench

help: ## Toon deze lijst
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Installeer wat ontbreekt, bouw, en start de demo op deze machine
	@scripts/run.sh

test: ## Installeer wat ontbreekt en draai alle controles en tests, op SQLite en op PostgreSQL
	@scripts/setup.sh test
	@scripts/test.sh

check: ## Alleen de snelle controles: opmaak, lints, documentatie, licenties
	@scripts/test.sh checks

bench: ## Meet snelheid en geheugen, elk cijfer naast zijn grens
	@scripts/bench.sh
