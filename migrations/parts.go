package migrations

import _ "embed"

var (
	//go:embed 0001_dcb.sql
	eventLog string

	//go:embed 0006_dcb_append.sql
	eventLogAppend string

	//go:embed 0008_dcb_collation.sql
	eventLogCollation string

	//go:embed 0003_readmodel.sql
	readModel string

	//go:embed 0007_readmodel_unlisted.sql
	readModelUnlisted string

	//go:embed 0009_readmodel_lease.sql
	readModelLease string

	//go:embed 0010_readmodel_history.sql
	readModelHistory string

	//go:embed 0013_readmodel_unread.sql
	readModelUnread string
)

// EventLog is the SQL of the event log's tables, which is all that package dcb needs,
// for whoever wants a log in another schema than that of the application. It names no
// schema, so the tables are made in the first one of the search path.
var EventLog = eventLog + eventLogAppend + eventLogCollation

// ReadModel is the SQL of the tables that pages show, for whoever makes them again beside
// the event log.
var ReadModel = readModel + readModelUnlisted + readModelLease + readModelHistory + readModelUnread
