# All tests; what needs a server says so.
