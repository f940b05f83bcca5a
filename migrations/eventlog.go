package migrations

import _ "embed"

var (
	//go:embed 0001_dcb.sql
	eventLog string

	//go:embed 0006_dcb_append.sql
	eventLogAppend string

	//go:embed 0008_dcb_collation.sql
	eventLogCollation string
)

// EventLog is the SQL of the event log's tables, which is all that package dcb needs,
// for whoever wants a log in another schema than that of the application. It names no
// schema, so the tables are made in the first one of the search path.
var EventLog = eventLog + eventLogAppend + eventLogCollation
