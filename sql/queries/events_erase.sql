-- Take the bodies of archived deliveries that are about what is erased. Of those
-- that the program does not interpret, whatever names an erased id.
--   $1  org_id
--   $2  text[]  kinds }
--   $3  text[]  ids   } of each
-- Returns no rows; the command tag counts them. Reads the workspace's archive.
update quo.events v
   set body = null
 where v.org_id = $1::text
   and v.body is not null
   and case when v.resource_id is null
            then exists (select
                           from unnest($3::text[]) as k (id)
                          where position(convert_to(k.id, 'UTF8') in v.body) > 0)
            else (case when v.event_type like 'contact.%' then 'contact'
                       when v.event_type like 'message.%' then 'message'
                       when v.event_type = 'call.voicemail.completed' then 'voicemail'
                       else 'call' end, v.resource_id)
                 in (select k.kind, k.id
                       from unnest($2::text[], $3::text[]) as k (kind, id))
       end;
