-- A CRM of the smallest kind, to have something to match: its customers, each with
-- the key, the addresses and the numbers that people typed. Yours has such a table
-- already; what is needed of it is named in matching.sql. Schema crm is there.

create table crm.customers (
    customer_id bigint generated always as identity primary key,
    code        text unique,   -- what your CRM writes into Quo as externalId
    name        text not null,
    email       text,
    phone       text
);

-- The mirror compares numbers in E.164 form (contact_phone_numbers.e164); this makes
-- one of what people typed, by the mirror's own rule: blanks, dots, hyphens and
-- brackets do not count, 8 to 15 digits follow the +, and with country_code 1 a
-- number of ten digits, or of eleven that begin with 1, is North American.
create function crm.e164(number text, country_code text default null) returns text
    language sql immutable parallel safe
as $$
    select case when bare ~ '^\+[1-9][0-9]{7,14}$' then bare
                when country_code = '1' and bare ~ '^[0-9]{10}$' then '+1' || bare
                when country_code = '1' and bare ~ '^1[0-9]{10}$' then '+' || bare
           end
      from (select translate(number, ' .-()' || chr(9) || chr(160), '') as bare) as b
$$;
