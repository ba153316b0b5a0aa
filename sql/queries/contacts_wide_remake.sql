-- Give contacts_wide a column for each custom field that is defined now. Outside of
-- transactions that apply deliveries; waits a second for the view at most (55P03).
-- Returns one row: boolean, whether it changed.
select quo.remake_contacts_wide();
