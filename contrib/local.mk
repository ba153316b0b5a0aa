# Service units, examples, the quick start.
