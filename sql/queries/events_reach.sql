-- Does the archive reach back to the first delivery? It does until a week with
-- events in it has been pruned.
-- Returns one row: a boolean.
select not exists (select
                     from quo.pruned_weeks
                    where org_id = '');
