-- Dutch, with accents laid aside: "café" is found by "cafe", "werkplaatsen" by "werkplaats".
CREATE TEXT SEARCH CONFIGURATION applications_dutch (COPY = pg_catalog.dutch);
ALTER TEXT SEARCH CONFIGURATION applications_dutch
    ALTER MAPPING FOR word, hword, hword_part WITH unaccent, dutch_stem;

-- Everything that a proposal says, for the pieces that a result shows. The two signs that mark a hit are taken out.
CREATE FUNCTION applications_search_text(which bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT translate(concat_ws(E' \n',
        p.summary, p.description,
        (SELECT string_agg(text, E' \n' ORDER BY id) FROM applications_criterionanswer WHERE proposal_id = p.id),
        p.on_brand, p.partners, p.afterwards,
        (SELECT string_agg(concat_ws(' ', indicator, baseline, target, measured_by), E' \n' ORDER BY position)
         FROM applications_promisedresult WHERE proposal_id = p.id),
        (SELECT string_agg(description, E' \n' ORDER BY side, position)
         FROM applications_budgetitem WHERE proposal_id = p.id)
    ), E'\u0002\u0003', '')
    FROM applications_proposal p WHERE p.id = which
$$;

-- Work out the words of proposals anew. Lock, then look: two who change the same draft don't lose each other's words.
CREATE FUNCTION applications_search_refresh(which bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM applications_proposalsearch WHERE proposal_id = ANY (which) ORDER BY proposal_id FOR UPDATE;
    INSERT INTO applications_proposalsearch AS kept (proposal_id, head, whole)
    SELECT p.id, words.head,
        words.head
        || setweight(to_tsvector('applications_dutch', p.summary), 'B')
        || setweight(to_tsvector('applications_dutch', applications_search_text(p.id)), 'D')
    FROM applications_proposal p
    JOIN accounts_organisation o ON o.id = p.organisation_id
    CROSS JOIN LATERAL (
        SELECT setweight(to_tsvector('applications_dutch', p.title), 'A')
            || setweight(to_tsvector('simple', coalesce(p.reference, '')), 'A')
            || array_to_tsvector(CASE WHEN p.reference IS NULL THEN '{}' ELSE ARRAY[
                substring(p.reference FROM '[0-9]+$'), coalesce(nullif(ltrim(substring(p.reference FROM '[0-9]+$'), '0'), ''), '0')
            ] END)
            || setweight(to_tsvector('applications_dutch', o.name), 'B') AS head
    ) words
    WHERE p.id = ANY (which)
    ORDER BY p.id
    ON CONFLICT (proposal_id) DO UPDATE SET head = EXCLUDED.head, whole = EXCLUDED.whole
        WHERE (kept.head, kept.whole) IS DISTINCT FROM (EXCLUDED.head, EXCLUDED.whole);
END $$;

CREATE FUNCTION applications_search_of_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM applications_proposalsearch WHERE proposal_id = OLD.id;
    ELSE
        PERFORM applications_search_refresh(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER applications_search_of_proposal
    AFTER INSERT OR DELETE OR UPDATE OF title, summary, description, on_brand, partners, afterwards, reference, organisation_id
    ON applications_proposal FOR EACH ROW EXECUTE FUNCTION applications_search_of_proposal();

CREATE FUNCTION applications_search_of_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM applications_search_refresh(ARRAY(SELECT id FROM applications_proposal WHERE organisation_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER applications_search_of_organisation AFTER UPDATE OF name ON accounts_organisation
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION applications_search_of_organisation();

-- The rows that belong to a proposal: once for each statement, however many rows it changes.
CREATE FUNCTION applications_search_of_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM applications_search_refresh(ARRAY(SELECT DISTINCT proposal_id FROM added));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM applications_search_refresh(ARRAY(SELECT DISTINCT proposal_id FROM gone));
    ELSE
        PERFORM applications_search_refresh(ARRAY(SELECT proposal_id FROM added UNION SELECT proposal_id FROM gone));
    END IF;
    RETURN NULL;
END $$;
DO $$
DECLARE
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['criterionanswer', 'promisedresult', 'budgetitem'] LOOP
        EXECUTE format('CREATE TRIGGER applications_search_added AFTER INSERT ON applications_%s REFERENCING NEW TABLE AS added
            FOR EACH STATEMENT EXECUTE FUNCTION applications_search_of_parts()', part);
        EXECUTE format('CREATE TRIGGER applications_search_gone AFTER DELETE ON applications_%s REFERENCING OLD TABLE AS gone
            FOR EACH STATEMENT EXECUTE FUNCTION applications_search_of_parts()', part);
        EXECUTE format('CREATE TRIGGER applications_search_changed AFTER UPDATE ON applications_%s
            REFERENCING OLD TABLE AS gone NEW TABLE AS added
            FOR EACH STATEMENT EXECUTE FUNCTION applications_search_of_parts()', part);
    END LOOP;
END $$;

-- Nearly the same title, by the pieces of three letters that both have.
CREATE INDEX applications_title_trigram ON applications_proposal USING gin (title gin_trgm_ops);

SELECT applications_search_refresh(ARRAY(SELECT id FROM applications_proposal));
