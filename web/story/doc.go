// Package story tells in words and pictures what happened.
//
// What a fact means stands in one table. A receipt is drawn attempt by attempt: the
// boundary ([BoundaryOf]), what the decision knew ([KnowledgeOf]), the log as it saw it
// ([StripOf]), and the verdict. Beside it stands the source that decided ([DomainSource]),
// and each attempt can be written as a test ([ScenarioCode]).
//
// Everything in here is a function of what was stored. Nothing asks a database.
package story
