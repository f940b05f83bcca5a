package dcbfile_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbfile"
	"go-crablet/dcb/dcbschema"
	"go-crablet/internal/pgtest"
)

// changedLine returns a file of five events with a change in one line.
func changedLine(number int, old, new string) string {
	return made(5, func(lines []string) []string {
		changed := strings.Replace(lines[number-1], old, new, 1)
		if changed == lines[number-1] {
			panic("nothing to change in line " + lines[number-1])
		}
		lines[number-1] = changed
		return lines
	})
}

const (
	asBefore = "; the log is empty as before"
	nothing  = "; nothing was stored"
)

// requireRefused requires that a wrong file is refused in a sentence, and leaves an empty log
// that can be used.
func requireRefused(t *testing.T, tests map[string]struct{ file, want string }) {
	t.Parallel()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.New(t)
			_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(test.file), nil)
			require.EqualError(t, err, "import a log: "+test.want)
			requireEmpty(t, pool)
		})
	}
}

func TestAFileWithAWrongFirstLineIsRefused(t *testing.T) {
	five := made(5, nil)
	var zipped bytes.Buffer
	zip := gzip.NewWriter(&zipped)
	zip.Write([]byte(five))
	zip.Close()
	requireRefused(t, map[string]struct{ file, want string }{
		"empty":                 {"", "the file is empty" + nothing},
		"another kind of file":  {zipped.String(), "line 1: the file is not an export of a log" + nothing},
		"a byte order mark":     {"\ufeff" + five, "line 1: the file is not an export of a log" + nothing},
		"another version":       {changedLine(1, `"version":1`, `"version":2`), "line 1: the file is of version 2 of the format, and this program reads version 1" + nothing},
		"a broken first line":   {changedLine(1, `5}`, `5`), "line 1: it can't be read: unexpected EOF" + nothing},
		"a negative number":     {changedLine(1, `5`, `-5`), "line 1: it says that there are -5 events" + nothing},
		"cut in the first line": {`{"format":"dcb events","version":1,"ev`, "its last line, with the digest, is missing, so it was cut off" + nothing},
	})
}

func TestAFileWithAWrongEventIsRefused(t *testing.T) {
	const otherwise = "it is not written as by an export: see its members and their order, spaces, escapes, and how the line ends" + asBefore
	requireRefused(t, map[string]struct{ file, want string }{
		"broken JSON":           {changedLine(4, `"type"`, `type"`), "line 4: it can't be read: invalid character 't' looking for beginning of object key string" + asBefore},
		"a number as a text":    {changedLine(4, `"Noted"`, `7`), "line 4: it can't be read: cannot unmarshal number into Go struct field event.type of type string" + asBefore},
		"not UTF-8":             {changedLine(4, "Noted", "Not\xe9d"), "line 4: it is not UTF-8" + asBefore},
		"an unknown member":     {changedLine(4, `"type"`, `"sort":1,"type"`), `line 4: it can't be read: unknown field "sort"` + asBefore},
		"a member twice":        {changedLine(4, `"type"`, `"type":"Other","type"`), "line 4: " + otherwise},
		"spaces":                {changedLine(4, `"type":`, `"type": `), "line 4: " + otherwise},
		"a line end of two":     {made(5, func(lines []string) []string { lines[3] += "\r"; return lines }), "line 4: " + otherwise},
		"half a surrogate":      {changedLine(4, "all", `\ud800`), "line 4: " + otherwise},
		"nanoseconds":           {changedLine(4, "00Z", "00.123456789Z"), "line 4: " + otherwise},
		"another time zone":     {changedLine(4, "00Z", "00+01:00"), "line 4: " + otherwise},
		"a gap":                 {changedLine(4, `"position":3`, `"position":4`), "line 4: its position is 4, and the next one is 3" + asBefore},
		"a line too few":        {made(5, func(lines []string) []string { return append(lines[:3], lines[4:]...) }), "line 4: its position is 4, and the next one is 3" + asBefore},
		"an ID twice":           {changedLine(4, "000003", "000001"), "line 4: its ID is that of an event before it" + asBefore},
		"an ID in upper case":   {changedLine(4, "0195b", "0195B"), `line 4: its ID is "0195B2f0-0000-7000-8000-000000000003", and should be a UUID in lower case` + asBefore},
		"no ID":                 {changedLine(4, "0195b2f0-0000-7000-8000-000000000003", ""), `line 4: its ID is "", and should be a UUID in lower case` + asBefore},
		"an ID of another kind": {changedLine(4, "0195b2f0-", ""), `line 4: its ID "0000-7000-8000-000000000003" is not a UUID` + asBefore},
		"no type":               {changedLine(4, "Noted", ""), "line 4: its type is empty" + asBefore},
		"an empty tag":          {changedLine(4, "all", ""), `line 4: its tag "" is empty` + asBefore},
		"a NUL in a tag":        {changedLine(4, "all", `\u0000`), `line 4: its tag "\x00" contains a NUL byte` + asBefore},
		"a NUL in a cause":      {changedLine(4, `"recorded_at"`, `"causation_id":"\u0000","recorded_at"`), "line 4: its causation or correlation ID contains a NUL byte" + asBefore},
		"a list as metadata":    {changedLine(4, `"recorded_at"`, `"metadata":"[]","recorded_at"`), "line 4: its metadata is not a JSON object of texts" + asBefore},
		"a null in metadata":    {changedLine(4, `"recorded_at"`, `"metadata":"{\"who\":null}","recorded_at"`), `line 4: its metadata "who" is not a text` + asBefore},
		"null as tags":          {changedLine(4, `["n:3","all"]`, `null`), `line 4: the database refuses it: null value in column "tags" of relation "dcb_event_importing" violates not-null constraint` + asBefore},
		"data that is not JSON": {changedLine(4, `{\"n\":3}`, `{\"n\":`), "line 4: its data is not JSON in UTF-8" + asBefore},
		"a negative rest":       {changedLine(4, `rest":0`, `rest":-1`), "line 4: its append_rest is -1" + asBefore},
	})
}

func TestAFileWithAWrongEndIsRefused(t *testing.T) {
	five := made(5, nil)
	requireRefused(t, map[string]struct{ file, want string }{
		"more events than it says":  {changedLine(1, `5`, `4`), `line 6: after the last event there should be the digest: it can't be read: unknown field "position"` + asBefore},
		"fewer events than it says": {changedLine(1, `5`, `6`), `line 7: it can't be read: unknown field "sha256"` + asBefore},
		"a changed byte": {strings.Replace(five, "n:3", "n:4", 1), fmt.Sprintf("line 7: the digest is %q, and that of the lines above is %q: one of them has changed since the export"+asBefore,
			five[len(five)-67:len(five)-3], digestOf(strings.Replace(five, "n:3", "n:4", 1)))},
		"a line too many":   {five + "\n", "line 8: there is something after the last line" + asBefore},
		"a letter too many": {five + "x", "line 8: there is something after the last line" + asBefore},
	})
}

// The events before a wrong line are deleted, too.
func TestALateFaultTakesEverythingBack(t *testing.T) {
	t.Parallel()
	const events = 5000
	for name, test := range map[string]struct {
		old, new string
		want     string
	}{
		"a broken line":          {`"type"`, `"typ`, `line 4501: it can't be read: invalid character 'N' after object key`},
		"an ID of another batch": {`8000-000000001194"`, `8000-000000000007"`, "line 4501: its ID is that of an event before it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := fat(events, func(lines []string) []string {
				require.Contains(t, lines[4500], test.old)
				lines[4500] = strings.Replace(lines[4500], test.old, test.new, 1)
				return lines
			})
			pool := pgtest.New(t)
			var stored int64
			_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(file), func(done, _ int64) { stored = done })
			require.EqualError(t, err, "import a log: "+test.want+"; the log is empty as before")
			require.Equal(t, batchEnd(file, 2), stored)
			requireEmpty(t, pool)
			_, err = dcbfile.Discard(t.Context(), pool)
			require.EqualError(t, err, "discard an import: there is no import that was interrupted")
		})
	}
}

func TestALogThatHasEventsIsNotImportedInto(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	appendThree(t, pool)
	before, tagsBefore := contents(t, pool)
	_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(made(5, nil)), nil)
	require.EqualError(t, err, "import a log: the log is not empty: it has 3 events; import into an empty one")
	events, tags := contents(t, pool)
	require.Equal(t, before, events)
	require.Equal(t, tagsBefore, tags)
	appendThree(t, pool)
}

// The database may refuse an event that another database has exported.
func TestWhatTheDatabaseRefusesIsTold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, new, want string }{
		"a text": {"all", "λ", `character with byte sequence 0xce 0xbb in encoding "UTF8" has no equivalent in encoding "LATIN1"`},
		"data":   {`{\"n\":3}`, strings.Repeat("[", 9999) + strings.Repeat("]", 9999), "stack depth limit exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := withTables(t, "encoding 'LATIN1' locale 'C' template template0")
			file := made(5, func(lines []string) []string {
				lines[2] = strings.Replace(lines[2], "all", "é", 1)
				require.Contains(t, lines[3], test.old)
				lines[3] = strings.Replace(lines[3], test.old, test.new, 1)
				return lines
			})
			_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(file), nil)
			require.EqualError(t, err, "import a log: line 4: the database refuses it: "+test.want+"; the log is empty as before")
			requireEmpty(t, pool)
		})
	}
}

func TestALogThatIsDamagedIsNotExported(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ encoding, damage, want string }{
		"a gap":           {"UTF8", `delete from dcb_event where position = 2`, "the log is damaged: position 3 follows 1"},
		"no beginning":    {"UTF8", `delete from dcb_event where position = 1`, "the log is damaged: position 2 follows 0"},
		"no UTF-8":        {"SQL_ASCII", `update dcb_event set type = E'\xe9' where position = 2`, `read the event after position 1: ERROR: invalid byte sequence for encoding "UTF8": 0xe9 (SQLSTATE 22021)`},
		"a time too late": {"UTF8", `update dcb_event set recorded_at = '10000-01-01Z' where position = 2`, "write the event at position 2: json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: year outside of range [0,9999]"},
		"no time":         {"UTF8", `update dcb_event set recorded_at = 'infinity' where position = 2`, "read the event after position 1: can't scan into dest[8] (col: recorded_at): cannot scan Infinity into *time.Time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := withTables(t, "encoding '"+test.encoding+"' locale 'C' template template0")
			appendThree(t, pool)
			_, err := pool.Exec(t.Context(), test.damage)
			require.NoError(t, err)
			var out bytes.Buffer
			_, err = dcbfile.Export(t.Context(), pool, &out, nil)
			require.EqualError(t, err, "export the log: "+test.want)
			require.NotContains(t, out.String(), "sha256")
		})
	}
	t.Run("there is none", func(t *testing.T) {
		t.Parallel()
		pool := connect(t, pgtest.Empty(t, ""))
		const missing = "open the event store: its tables are missing or of an older version, apply 0001_dcb.sql of package dcbschema, and the files after it, first"
		_, err := dcbfile.Export(t.Context(), pool, &bytes.Buffer{}, nil)
		require.EqualError(t, err, "export the log: "+missing)
		_, err = dcbfile.Import(t.Context(), pool, strings.NewReader(made(5, nil)), nil)
		require.EqualError(t, err, "import a log: "+missing)
	})
}

// withTables returns a database of a kind with an empty log.
func withTables(t *testing.T, options string) *pgxpool.Pool {
	t.Helper()
	url := pgtest.Empty(t, options)
	pgtest.Configure(t, url, "client_encoding = UTF8", "max_stack_depth = '100kB'")
	pool := connect(t, url)
	_, err := pool.Exec(t.Context(), dcbschema.SQL())
	require.NoError(t, err)
	return pool
}

func TestARoleThatDoesNotOwnTheLogDoesNotImport(t *testing.T) {
	t.Parallel()
	owner := pgtest.New(t)
	config := owner.Config()
	config.ConnConfig.User = pgtest.Role(t, config.ConnString())
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = dcbfile.Import(t.Context(), pool, strings.NewReader(made(5, nil)), nil)
	require.EqualError(t, err, "import a log: ERROR: must be owner of table dcb_event (SQLSTATE 42501)")
	requireEmpty(t, owner)
	file, _ := export(t, pool) // it may read
	require.Contains(t, file, `"events":1}`)
}
