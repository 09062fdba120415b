"""What a model is: expressions, statements, programs; rules they keep; a text form and a fingerprint."""
