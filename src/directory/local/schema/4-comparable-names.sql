-- Names are compared with every sigma alike; until now one at the end of a word was another letter.
UPDATE OR IGNORE sign_in_names SET name = replace(name, 'ς', 'σ') WHERE instr(name, 'ς') > 0;
