-- Rows in which the tables and the oracle differ: none when they are equal. `expected` is
-- what the contract demands, `found` what stands in the table. synced_at and merge_state
-- are no part of it.
select relation, side, "row" from oracle.differences() order by relation, "row"::text, side;
