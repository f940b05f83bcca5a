// Package standing says how the program and its database stand: which processes live, who
// projects, how far everything has come, which settings of the server matter, and how large the
// tables are. It promises that looking changes nothing, needs no running process, and works on any
// PostgreSQL: on one without our tables, on a standby, and for a role with few rights. What can't be
// seen is said to be unseen.
//
// # A report
//
// [Look] makes a [Report]. Each of its lines has what was found, the normal range, and what to do
// when the line is outside that range. A report has two views: a page of the web application
// and the command "webapp status".
//
// # Processes
//
// A process that serves calls [Announce]. From then on it has a row in the table process, and
// writes into the row every [Beat]. A process that is killed can't remove its row, so it is shown
// as silent for some minutes. Rows stay true behind a connection pooler, which shares one session
// of the server among several processes.
//
// # The pulse
//
// [Pulse] counts decisions, conflicts and refusals of the last minutes, from the receipts in the
// database. So it sees the decisions of all processes.
package standing
