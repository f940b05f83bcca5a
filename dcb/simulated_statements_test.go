package dcb

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
)

// A simStatement is what a server knows of a statement: the types of its parameters and of
// its columns, and what it does.
type simStatement struct {
	params, columns []uint32
	run             func(s *simSession, sql string) (rows [][]any, err error)
}

var (
	simReadParams = []uint32{
		pgtype.Int4ArrayOID, pgtype.TextArrayOID, pgtype.TextArrayOID, pgtype.Int8ArrayOID, pgtype.Int8OID, pgtype.Int8OID,
		pgtype.Int8ArrayOID, pgtype.UUIDArrayOID, pgtype.TimestamptzArrayOID, pgtype.Int8OID, pgtype.Int8OID,
	}
	simReadColumns = []uint32{
		pgtype.Int8OID, pgtype.TextOID, pgtype.TimestamptzOID, pgtype.Int4ArrayOID, pgtype.Int4ArrayOID, pgtype.Int8OID, pgtype.TextOID,
		pgtype.TextOID, pgtype.TextArrayOID, pgtype.JSONOID, pgtype.TextOID, pgtype.TextOID, pgtype.JSONOID, pgtype.TimestamptzOID,
	}
	simStoreParams = []uint32{
		pgtype.UUIDArrayOID, pgtype.TextArrayOID, pgtype.TextArrayOID, pgtype.JSONArrayOID, pgtype.TextArrayOID, pgtype.TextArrayOID,
		pgtype.TextArrayOID, pgtype.Int2ArrayOID, pgtype.Int4ArrayOID, pgtype.BoolOID,
	}
	simStoreColumns = []uint32{pgtype.Int8OID, pgtype.TimestamptzOID}
)

// simStatements are all that a server knows. What a transaction sets is only worth knowing
// where it is a bound on its time.
var simStatements = map[string]simStatement{
	setPlan:          {run: simNothing},
	setPlanAndTime:   {run: simNothing},
	waitForStandby:   {run: simNothing},
	"-- ping":        {run: simNothing},
	setBounds:        {run: func(s *simSession, _ string) ([][]any, error) { s.bounded = true; return nil, nil }},
	takeLock:         {columns: []uint32{simVoidOID, simVoidOID, pgtype.IntervalOID}, run: (*simSession).takeLock},
	takeLockIfFree:   {run: (*simSession).takeLockIfFree},
	readSQL:          {simReadParams, simReadColumns, (*simSession).read},
	readBackwardsSQL: {simReadParams, simReadColumns, (*simSession).read},
	oneTripSQL:       {append(append(simReadParams[:9:9], pgtype.Int8OID), simStoreParams...), simStoreColumns, (*simSession).storeIfNobodyIsInTheWay},
	appendSQL:        {append(simStoreParams[:10:10], pgtype.Int8OID), simStoreColumns, (*simSession).storeBehindHead},
	lookUpSQL:        {simStoreLookUp, []uint32{pgtype.Int8OID, pgtype.Int8OID, pgtype.TimestamptzOID, pgtype.BoolOID, pgtype.Int2OID, pgtype.BoolOID}, (*simSession).lookUp},
	simMissingTables: {columns: []uint32{pgtype.TextOID}, run: func(*simSession, string) ([][]any, error) { return [][]any{{""}}, nil }},
}

var simStoreLookUp = []uint32{pgtype.UUIDArrayOID, pgtype.TextArrayOID, pgtype.TextArrayOID, pgtype.TextArrayOID}

// simVoidOID is the type of what a function returns that returns nothing.
const simVoidOID = 2278

// simMissingTables stands for the question of [NewEventStore] which of its tables are missing.
const simMissingTables = "missing"

func simNothing(*simSession, string) ([][]any, error) { return nil, nil }

// statementOf returns a statement, or panics: a server that guesses would prove nothing.
func statementOf(sql string) simStatement {
	if strings.Contains(sql, "to_regclass('dcb_event') is null") {
		sql = simMissingTables
	}
	statement, ok := simStatements[sql]
	if !ok {
		panic("the simulated server does not know this statement: " + sql)
	}
	return statement
}

// handle carries one message out.
func (s *simSession) handle(m simMessage) error {
	sql := s.textOf(m)
	switch m.kind.(type) {
	case *pgproto3.Parse:
		s.prepared[m.name] = sql
		s.out.Send(&pgproto3.ParseComplete{})
	case *pgproto3.Describe:
		var statement simStatement
		if !isOfTransaction(sql) {
			statement = statementOf(sql)
		}
		if m.object == 'S' {
			s.out.Send(&pgproto3.ParameterDescription{ParameterOIDs: statement.params})
		}
		s.describe(statement)
	case *pgproto3.Bind:
		s.bound = m
		s.out.Send(&pgproto3.BindComplete{})
	case *pgproto3.Close:
		s.out.Send(&pgproto3.CloseComplete{})
	case *pgproto3.Execute:
		return s.execute(sql, false)
	case *pgproto3.Query: // which also describes what it returns, all of it as text
		s.bound = simMessage{}
		return s.execute(sql, true)
	}
	return nil
}

func (s *simSession) describe(statement simStatement) {
	if len(statement.columns) == 0 {
		s.out.Send(&pgproto3.NoData{})
		return
	}
	var fields []pgproto3.FieldDescription
	for i, oid := range statement.columns {
		fields = append(fields, pgproto3.FieldDescription{Name: fmt.Appendf(nil, "c%d", i), DataTypeOID: oid, DataTypeSize: -1, TypeModifier: -1})
	}
	s.out.Send(&pgproto3.RowDescription{Fields: fields})
}

// isOfTransaction reports whether a statement begins or ends a transaction.
func isOfTransaction(sql string) bool {
	return strings.HasPrefix(sql, "begin") || sql == commit || sql == rollback
}

// execute carries a statement out, and describes the rows that it returns if they are not
// described yet.
func (s *simSession) execute(sql string, describe bool) (err error) {
	defer func() { s.note(cmp.Or(simNames[sql], sql), err) }()
	select {
	case <-s.cancelled:
		if sql != commit {
			return simError("57014", "canceling statement due to user request")
		}
	default:
	}
	if isOfTransaction(sql) {
		s.executeOfTransaction(sql)
		return nil
	}
	if s.aborted {
		return simError("25P02", "current transaction is aborted")
	}
	if s.began && s.frozen && s.snapshot == nil {
		s.snapshot, _ = s.server.now()
	}
	statement := statementOf(sql)
	rows, err := statement.run(s, sql)
	if err != nil {
		return err
	}
	if describe && len(statement.columns) > 0 {
		s.describe(statement)
	}
	for _, row := range rows {
		s.out.Send(s.encode(statement, row))
	}
	tag := "SELECT"
	if sql == oneTripSQL || sql == appendSQL {
		tag = "INSERT 0"
	}
	s.complete(fmt.Sprint(tag, " ", len(rows)))
	return nil
}

func (s *simSession) executeOfTransaction(sql string) {
	switch {
	case sql == commit && !s.aborted:
		s.finish(true)
		s.complete("COMMIT")
	case sql == commit, sql == rollback:
		s.finish(false)
		s.complete("ROLLBACK")
	default:
		s.began, s.frozen = true, !strings.Contains(sql, "read committed")
		s.complete("BEGIN")
	}
}

// finish ends the transaction.
func (s *simSession) finish(commit bool) {
	s.server.settle(s, commit)
	s.began, s.aborted, s.bounded, s.frozen, s.snapshot, s.notedLock, s.notifies = false, false, false, false, nil, false, false
}

func (s *simSession) complete(tag string) {
	s.out.Send(&pgproto3.CommandComplete{CommandTag: []byte(tag)})
}

// visible returns the log that a statement sees: what was committed before it began, or
// before its transaction did.
func (s *simSession) visible() []*simEvent {
	if s.frozen {
		return s.snapshot
	}
	log, _ := s.server.now()
	return log
}

// takeLock waits for the append lock, if its statement takes it.
func (s *simSession) takeLock(sql string) ([][]any, error) {
	if !strings.Contains(sql, "pg_advisory_xact_lock(4473666") {
		return [][]any{{nil, nil, time.Duration(0)}}, nil
	}
	longest, asked := time.Hour, time.Now()
	if s.bounded {
		longest = 4 * time.Second // lock_timeout
	}
	err := s.server.lock(s, longest)
	return [][]any{{nil, nil, time.Since(asked)}}, err
}

func (s *simSession) takeLockIfFree(string) ([][]any, error) {
	s.notedLock = s.server.lockIfFree(s)
	return nil, nil
}

// encode makes a row of values, in the format that the client asked for.
func (s *simSession) encode(statement simStatement, row []any) *pgproto3.DataRow {
	values := make([][]byte, len(row))
	for i, value := range row {
		encoded, err := s.types.Encode(statement.columns[i], formatOf(s.bound.asFormats, i), value, []byte{})
		if err != nil {
			panic(err)
		}
		values[i] = encoded
	}
	return &pgproto3.DataRow{Values: values}
}

// simParam returns the parameter at i of a statement that has these types.
func simParam[T any](s *simSession, types []uint32, i int) (value T) {
	if err := s.types.Scan(types[i], formatOf(s.bound.paramFormats, i), s.bound.params[i], &value); err != nil {
		panic(err)
	}
	return value
}

// formatOf returns the format of the value at i, as the protocol has it: one for all, one for
// each, or none, which is text.
func formatOf(formats []int16, i int) int16 {
	switch len(formats) {
	case 0:
		return pgtype.TextFormatCode
	case 1:
		return formats[0]
	}
	return formats[i]
}

func simError(code, message string) *pgconn.PgError {
	return &pgconn.PgError{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: code, Message: message}
}
