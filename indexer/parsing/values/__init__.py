"""The values of a document, a module for each: where a text says them, with the evidence."""
