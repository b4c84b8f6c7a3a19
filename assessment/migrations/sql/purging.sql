-- What an order to destroy may do to each table, as reporting/data/purging.yaml says; a test compares the two.
SELECT core_let_purge('assessment_score', 'DELETE');
SELECT core_let_purge('assessment_assessment', 'DELETE');
SELECT core_let_purge('assessment_assignment', 'DELETE');
SELECT core_let_purge('assessment_withdrawnassignment', 'DELETE');
SELECT core_let_purge('assessment_interestdeclaration', 'DELETE');
SELECT core_let_purge('assessment_consensusdraft', 'DELETE');
SELECT core_let_purge('assessment_meetingitem', 'postponed_reason', 'put_by_id:person', 'settled_by_id:person');
SELECT core_let_purge('assessment_consensus_present', 'DELETE');
SELECT core_let_purge('assessment_consensus', 'gate_reason', 'recorded_by_id:person');
SELECT core_let_purge('assessment_consensusscore', 'reason', 'discussion');
SELECT core_let_purge('assessment_advicedraft', 'DELETE');
SELECT core_let_purge('assessment_advice', 'deviation_reason', 'conditions', 'summary', 'explanation', 'yields', 'risks', 'taken_back_reason', 'given_by_id:person', 'taken_back_by_id:person');
SELECT core_let_purge('assessment_advisedamount', 'eligible_reason', 'reason');
SELECT core_let_purge('assessment_advicecondition', 'text');
SELECT core_let_purge('assessment_panelmark', 'DELETE');
SELECT core_let_purge('assessment_panelanswer', 'DELETE');
SELECT core_let_purge('assessment_panelinvitation', 'DELETE');
SELECT core_let_purge('assessment_panelquestion', 'DELETE');
