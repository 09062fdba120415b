"""The text of a ``%%brainpy`` cell -> ir.Model: lines, expressions, statements, checks, model."""
