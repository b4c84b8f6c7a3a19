-- What was agreed on before there were meetings gets one of its own: closed at the moment of recording.
DO $$
DECLARE
    kept record;
    made bigint;
BEGIN
    FOR kept IN SELECT * FROM assessment_consensus ORDER BY id LOOP
        INSERT INTO assessment_meeting (
            starts_at, place, state, is_single, made_at, opened_at, closed_at, chair_id, made_by_id, closed_by_id)
        VALUES (
            kept.recorded_at, '', 'closed', true, kept.recorded_at, kept.recorded_at, kept.recorded_at,
            kept.recorded_by_id, kept.recorded_by_id, kept.recorded_by_id)
        RETURNING id INTO made;
        INSERT INTO assessment_attendance (meeting_id, person_id, presence)
        SELECT made, user_id, 'present' FROM assessment_consensus_present WHERE consensus_id = kept.id;
        INSERT INTO assessment_meetingitem (
            meeting_id, proposal_id, position, state, put_by_id, put_at, consensus_id, postponed_reason, settled_by_id,
            settled_at)
        VALUES (
            made, kept.proposal_id, 1, 'recorded', kept.recorded_by_id, kept.recorded_at, kept.id, '',
            kept.recorded_by_id, kept.recorded_at);
    END LOOP;
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
