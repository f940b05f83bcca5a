package dcbtest

import "go-crablet/dcb/dcbmemory"

// A Memory is a log in memory, for tests of decisions.
type Memory = dcbmemory.Log
