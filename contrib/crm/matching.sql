-- Which contact is which customer. Three ways, the surest first; each is answered
-- by an index of the mirror, so the view may be asked for one customer or for all.
--
--   1  external_id  the CRM's own key, where an integration wrote it into Quo
--   2  email        in any case; every address of the contact counts
--   3  number       in E.164 form; every number of the contact counts
--
-- A customer may have several contacts, and a contact several customers: a family
-- shares a number, a contact was entered twice. The view shows every pair once, by its
-- surest way; `rivals` says how many other contacts this customer has that are as
-- sure. Only rivals = 0 is a match that a program should act on by itself.
--
-- Change here: customers, code, email, phone to your own names; '1' to the
-- country_code of your quosync.conf, or null. With several workspaces, join org_id.
create view crm.customer_contacts as
with pairs as (
    select k.customer_id, c.org_id, c.id as contact_id, 1 as way
      from crm.customers k
      join quo.live_contacts c on c.external_id = k.code
    union all
    select k.customer_id, c.org_id, c.id, 2
      from crm.customers k
      join quo.contact_emails e on lower(e.value) = lower(trim(k.email))
      join quo.live_contacts c on c.org_id = e.org_id and c.id = e.contact_id
    union all
    select k.customer_id, c.org_id, c.id, 3
      from crm.customers k
      join quo.contact_phone_numbers n on n.e164 = crm.e164(k.phone, '1')
      join quo.live_contacts c on c.org_id = n.org_id and c.id = n.contact_id
), surest as (
    select customer_id, org_id, contact_id, min(way) as way
      from pairs
     group by customer_id, org_id, contact_id
)
select customer_id, org_id, contact_id,
       case way when 1 then 'external_id' when 2 then 'email' else 'number' end as matched_by,
       count(*) over (partition by customer_id, way) - 1 as rivals,
       way > min(way) over (partition by customer_id) as outdone
  from surest;
comment on view crm.customer_contacts is
    'Customers and their contacts in Quo, each pair once, by the surest way it was found.';
comment on column crm.customer_contacts.matched_by is 'external_id, email or number.';
comment on column crm.customer_contacts.rivals is 'Other contacts of this customer that are found in the same way.';
comment on column crm.customer_contacts.outdone is 'Whether another contact of this customer is found in a surer way.';

-- What happened with each customer, newest first: one row for each activity, however
-- many of the customer's contacts it names, and however many customers share a contact.
create view crm.customer_activities as
select m.customer_id, a.org_id, a.kind, a.id, a.occurred_at, a.direction, a.outcome,
       a.handled_by_user_id
  from quo.activities a
  join (select distinct m.customer_id, l.org_id, l.activity_kind, l.activity_id
          from crm.customer_contacts m
          join quo.activity_contacts_resolved l
            on l.org_id = m.org_id and l.contact_id = m.contact_id
         where not m.outdone) m
    on m.org_id = a.org_id and m.activity_kind = a.kind and m.activity_id = a.id;
comment on view crm.customer_activities is
    'Messages, calls and voicemails with the contacts that are a customer.';
