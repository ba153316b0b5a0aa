# Layer 2, base: what any process needs.
