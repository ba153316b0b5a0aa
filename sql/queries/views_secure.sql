-- Make views check the rights of who asks, where the server can do that.
-- Returns one row that nobody reads.
select quo.secure_views();
