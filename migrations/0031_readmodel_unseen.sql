-- Names that differ only in what shows nothing are the same name.

-- +goose up

-- Search leaves out the joiners, and reads fillers as blanks, as readmodel/text.go says. A rebuild
-- would make the same texts. The characters stand here as bytes of UTF-8, because a database in
-- another encoding may lack them. Then no name has them either.
-- +goose statementbegin
do $$
declare
    utf8   bytea;
    plain  text;
    unseen text;
begin
    for utf8, plain in values
        ('\xe2808c'::bytea, ''), ('\xe2808d', ''), ('\xe1859f', ' '), ('\xe185a0', ' '), ('\xe2a080', ' ')
    loop
        begin
            unseen := convert_from(utf8, 'UTF8');
        exception when untranslatable_character then
            continue;
        end;
        update read_course set folded = ltrim(regexp_replace(replace(folded, unseen, plain), ' +', ' ', 'g'))
            where strpos(folded, unseen) > 0;
        update read_student set folded = ltrim(regexp_replace(replace(folded, unseen, plain), ' +', ' ', 'g'))
            where strpos(folded, unseen) > 0;
    end loop;
end
$$;
-- +goose statementend
