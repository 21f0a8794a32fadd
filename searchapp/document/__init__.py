"""What a document page shows of one text: outline, anchors, citations, what is like it."""
