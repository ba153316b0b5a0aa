-- Contacts that share a phone number
--
-- Section: contacts
-- Question: Which contacts are perhaps the same person, by their number?
-- Parameter field (): only numbers that a contact with this custom field has (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column number: the number that they share
-- Column contacts: how many have it
-- Column names: who they are
-- Column sources: where they came from
-- Column ids: their ids in Quo
-- Trap: numbers are compared in E.164 form; one that has none (no country code, an extension) is
--   compared by its digits, and never equals one with a country code
-- Trap: people of one firm may share its number: not every row is a mistake
-- Trap: one contact that has a number twice is no duplicate; deleted contacts are left out
-- Trap: cut by a field, a row still has all contacts of the number: the double often lacks it
-- Role: quo_reader_nocontent

-- The usual parameters: \set them before, or leave these.
\if :{?org_id} \else
select coalesce(min(org_id), 'default') as org_id from quo.workspaces \gset
\endif
\if :{?field} \else \set field '' \endif
\if :{?value} \else \set value '' \endif
\if :{?limit} \else \set limit 1000 \endif

with numbered as (
    select distinct
           coalesce(n.e164, nullif(regexp_replace(n.value, '[^0-9]', '', 'g'), '')) as number,
           n.contact_id
      from quo.contact_phone_numbers as n
     where n.org_id = :'org_id'
), shared as (
    select n.number, n.contact_id, count(*) over (partition by n.number) as contacts
      from numbered as n
      join quo.live_contacts as c on c.org_id = :'org_id' and c.id = n.contact_id
     where n.number is not null
)
select s.number,
       count(*)                                                           as contacts,
       string_agg(coalesce(quo.person_name(c.first_name, c.last_name), nullif(c.company, ''), c.id),
                  ', ' order by c.id)                                     as names,
       string_agg(distinct c.source, ', ' order by c.source)              as sources,
       string_agg(c.id, ', ' order by c.id)                               as ids
  from shared as s
  join quo.contacts as c on c.org_id = :'org_id' and c.id = s.contact_id
 where s.contacts > 1
 group by s.number
having :'field' = ''
    or bool_or(s.contact_id in (select contact_id
                                  from quo.contact_field_values
                                 where org_id = :'org_id'
                                   and key = :'field'
                                   and (:'value' = '' or value = :'value')))
 order by contacts desc, s.number collate "C"
 limit nullif(:'limit', '0')::bigint;
