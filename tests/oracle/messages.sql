-- What messages must hold. Every observation is an event, so "from an event?" is left out.

create view oracle.message_event as
select *, resource ->> 'id' as id, resource ->> 'status' as status,
       case resource ->> 'status'
           when 'queued' then 0 when 'sent' then 1 when 'received' then 2
           when 'delivered' then 3 when 'failed' then 4 when 'undelivered' then 5
           else 6 end as rank
  from oracle.event where type like 'message.%';

create view oracle.message_facts as
select distinct on (org_id, id) *
  from oracle.message_event order by org_id, id, c desc, i desc, d desc;

create view oracle.message_media as
select distinct on (org_id, id) *
  from oracle.message_event where resource ? 'media'
 order by org_id, id, c desc, i desc, d desc;

create view oracle.message_status as
select distinct on (org_id, id) *
  from oracle.message_event order by org_id, id, c desc, rank desc, i desc, d desc;

create view oracle.message_error as
select distinct on (org_id, id) *
  from oracle.message_event where resource ? 'errorCode'
 order by org_id, id, c desc, i desc, d desc;

create view oracle.messages as
select org_id, id,
       facts.resource ->> 'direction'                   as direction,
       facts.resource ->> 'text'                        as body,
       status.status,
       error.resource ->> 'errorCode'                   as error_code,
       oracle.json(media.resource -> 'media')           as media,
       facts.context ->> 'phoneNumberId'                as phone_number_id,
       facts.context ->> 'conversationId'               as conversation_id,
       facts.context ->> 'userId'                       as user_id,
       facts.context ->> 'senderIdentifier'             as sender,
       oracle.texts(facts.context -> 'recipientIdentifiers') as recipients,
       lookup.contact_lookup,
       facts.quo_url,
       oracle.instant(facts.resource ->> 'createdAt')   as created_at,
       status.c                                         as status_at
  from oracle.message_facts as facts
  join oracle.message_status as status using (org_id, id)
  left join oracle.message_media as media using (org_id, id)
  left join oracle.message_error as error using (org_id, id)
  left join (select * from oracle.activity_lookup where kind = 'message') as lookup
       using (org_id, id);
