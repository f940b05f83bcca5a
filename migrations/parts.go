package migrations

import _ "embed"

var (
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

	//go:embed 0017_readmodel_forgotten.sql
	readModelForgotten string

	//go:embed 0018_readmodel_named.sql
	readModelNamed string
)

// ReadModel is the SQL of the tables that pages show. Package readmodel applies it to make
// them anew.
var ReadModel = readModel + readModelUnlisted + readModelLease + readModelHistory + readModelUnread + readModelForgotten + readModelNamed
