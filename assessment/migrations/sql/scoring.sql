-- Nobody writes over an answer without having seen it: what changes has the next version of what stands there now.
-- Who saves by an older version, also when a lock was forgotten, is refused here.
CREATE FUNCTION assessment_version_counts_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    answers jsonb := CASE TG_TABLE_NAME
        WHEN 'assessment_score' THEN
            '{"points_version": ["points", "not_applicable"], "reason_version": ["reason"]}'::jsonb
        ELSE '{"gate_version": ["passes_gate"], "gate_reason_version": ["gate_reason"]}'::jsonb
    END;
    version text;
    parts jsonb;
    is_changed boolean;
    step integer;
BEGIN
    FOR version, parts IN SELECT * FROM jsonb_each(answers) LOOP
        step := (after ->> version)::integer - (before ->> version)::integer;
        is_changed := EXISTS (
            SELECT FROM jsonb_array_elements_text(parts) AS part WHERE before -> part IS DISTINCT FROM after -> part);
        IF step NOT IN (0, 1) OR (is_changed AND step <> 1) THEN
            RAISE EXCEPTION '% on % is refused: % goes from % to %', TG_OP, TG_TABLE_NAME, version,
                before ->> version, after ->> version
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_version_counts_up';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE TRIGGER assessment_version_counts_up BEFORE UPDATE ON assessment_assessment
    FOR EACH ROW EXECUTE FUNCTION assessment_version_counts_up();
CREATE TRIGGER assessment_version_counts_up BEFORE UPDATE ON assessment_score
    FOR EACH ROW EXECUTE FUNCTION assessment_version_counts_up();

-- Only an effort may have something not applicable, and only on a criterion that allows it.
CREATE FUNCTION assessment_skips_what_may_be_skipped() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    work_kind text;
BEGIN
    IF NOT NEW.not_applicable THEN RETURN NEW; END IF;
    IF TG_TABLE_NAME = 'assessment_score' THEN
        SELECT proposal.work_kind INTO work_kind FROM assessment_assessment AS assessment
            JOIN assessment_assignment AS assignment ON assignment.id = assessment.assignment_id
            JOIN applications_proposal AS proposal ON proposal.id = assignment.proposal_id
            WHERE assessment.id = NEW.assessment_id;
    ELSE
        SELECT proposal.work_kind INTO work_kind FROM assessment_consensus AS consensus
            JOIN applications_proposal AS proposal ON proposal.id = consensus.proposal_id
            WHERE consensus.id = NEW.consensus_id;
    END IF;
    IF work_kind IS DISTINCT FROM 'inspanning'
        OR NOT (SELECT may_be_not_applicable FROM programme_criterion WHERE id = NEW.criterion_id) THEN
        RAISE EXCEPTION '% on % is refused: this criterion always applies here', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_skips_what_may_be_skipped';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessment_skips_what_may_be_skipped BEFORE INSERT OR UPDATE ON assessment_score
    FOR EACH ROW EXECUTE FUNCTION assessment_skips_what_may_be_skipped();
CREATE TRIGGER assessment_skips_what_may_be_skipped BEFORE INSERT OR UPDATE ON assessment_consensusscore
    FOR EACH ROW EXECUTE FUNCTION assessment_skips_what_may_be_skipped();

-- What is handed in has points (or “not applicable”) and a reason for every criterion of the call.
CREATE FUNCTION assessment_handed_in_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.handed_in_at IS NOT NULL AND EXISTS (
        SELECT FROM assessment_assignment AS assignment
            JOIN applications_proposal AS proposal ON proposal.id = assignment.proposal_id
            JOIN applications_call AS call ON call.id = proposal.call_id
            JOIN programme_criterion AS criterion ON criterion.version_id = call.criteria_version_id
            LEFT JOIN assessment_score AS score
                ON score.criterion_id = criterion.id AND score.assessment_id = NEW.id AND score.reason <> ''
                    AND (score.points IS NOT NULL OR score.not_applicable)
            WHERE assignment.id = NEW.assignment_id AND score.id IS NULL)
    THEN
        RAISE EXCEPTION '% on % is refused: not every criterion has points and a reason', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_handed_in_is_complete';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessment_handed_in_is_complete BEFORE INSERT OR UPDATE ON assessment_assessment
    FOR EACH ROW EXECUTE FUNCTION assessment_handed_in_is_complete();

-- Whoever declared an interest has nothing more to declare about that proposal.
CREATE FUNCTION assessment_interest_is_the_last_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM assessment_interestdeclaration
            WHERE proposal_id = NEW.proposal_id AND person_id = NEW.person_id AND has_interest)
    THEN
        RAISE EXCEPTION '% on % is refused: the person has declared an interest', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'assessment_interest_is_the_last_word';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessment_interest_is_the_last_word BEFORE INSERT ON assessment_interestdeclaration
    FOR EACH ROW EXECUTE FUNCTION assessment_interest_is_the_last_word();
