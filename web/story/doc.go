// Package story tells in words and pictures what happened.
//
// What each fact means stands in one table, facts.go. A new fact of the domain gets a row
// there, and a new command gets one in commands.go.
//
// A receipt is drawn attempt by attempt: the boundary ([BoundaryOf]), what the decision knew
// ([KnowledgeOf]), the log as the decision saw it ([StripOf]), and the verdict. Beside it
// stands the source that decided ([DomainSource]). An attempt can be written as a test
// ([ScenarioCode]).
//
// Every function in here works on what was stored. None asks the database.
package story
