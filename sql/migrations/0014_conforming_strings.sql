-- Functions whose text has a backslash in a literal mean it literally, also where a role
-- or a database turned standard_conforming_strings off (and the program stopped on it).
alter function quo.contacts_wide_columns() set standard_conforming_strings = on;
alter function quo.readable_workspaces() set standard_conforming_strings = on;
