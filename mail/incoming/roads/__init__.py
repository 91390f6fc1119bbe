"""The three roads by which mail comes in. Each ends in ``storing.deliver``."""
