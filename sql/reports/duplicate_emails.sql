-- Contacts that share an email address
--
-- Section: contacts
-- Question: Which contacts are perhaps the same person, by their email address?
-- Parameter field (): only addresses that a contact with this custom field has (a key of
--   custom_field_definitions); all of them without
-- Parameter value (): of these, only where the field has this value; any without
-- Parameter limit (1000): so many rows at most; 0 for all
-- Column email: the address that they share, in lower case
-- Column contacts: how many have it
-- Column names: who they are
-- Column sources: where they came from
-- Column ids: their ids in Quo
-- Trap: addresses are compared without capitals and outer blanks; info@ of a firm is shared by many
-- Trap: one contact that has an address twice is no duplicate; deleted contacts are left out
-- Trap: cut by a field, a row still has all contacts of the address: the double often lacks it
-- Role: quo_reader_nocontent

-- The usual parameters: \set them before, or leave these.
\if :{?org_id} \else
select coalesce(min(org_id), 'default') as org_id from quo.workspaces \gset
\endif
\if :{?field} \else \set field '' \endif
\if :{?value} \else \set value '' \endif
\if :{?limit} \else \set limit 1000 \endif

with addressed as (
    select distinct lower(btrim(e.value)) as email, e.contact_id
      from quo.contact_emails as e
     where e.org_id = :'org_id'
       and btrim(e.value) <> ''
), shared as (
    select a.email, a.contact_id, count(*) over (partition by a.email) as contacts
      from addressed as a
      join quo.live_contacts as c on c.org_id = :'org_id' and c.id = a.contact_id
)
select s.email,
       count(*)                                                           as contacts,
       string_agg(coalesce(quo.person_name(c.first_name, c.last_name), nullif(c.company, ''), c.id),
                  ', ' order by c.id)                                     as names,
       string_agg(distinct c.source, ', ' order by c.source)              as sources,
       string_agg(c.id, ', ' order by c.id)                               as ids
  from shared as s
  join quo.contacts as c on c.org_id = :'org_id' and c.id = s.contact_id
 where s.contacts > 1
 group by s.email
having :'field' = ''
    or bool_or(s.contact_id in (select contact_id
                                  from quo.contact_field_values
                                 where org_id = :'org_id'
                                   and key = :'field'
                                   and (:'value' = '' or value = :'value')))
 order by contacts desc, s.email collate "C"
 limit nullif(:'limit', '0')::bigint;
