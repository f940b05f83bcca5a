// Package held holds decisions open between deciding and appending, so that people can
// look into that gap and get inside each other's boundary by hand.
//
// # What a visitor does
//
// On the page of the choice ([Pages.ChoiceForm]) a visitor chooses to hold their decisions.
// From then on a form that they send does not end with its receipt: [Pages.Hold] begins the
// decision in the background, and the answer leads to the page of that decision
// ([Pages.Show]). The page shows what the decision read, what it waits to append, and what
// got inside its boundary meanwhile. The visitor lets it go on ([Pages.Continue]) or
// cancels it ([Pages.Cancel]), or holds it longer ([Pages.Longer]); anybody who knows the address
// can watch. One press lets a student in who gets inside its boundary, or stays outside.
//
// # How it is held
//
// The decision is a real one. A [Keeper] takes the decision, and a hook of its trace ([dcb.Trace])
// blocks when it has decided and before it appends; [Follow] sets that hook. If somebody
// appends an event inside the boundary meanwhile, the append conflicts, as at any other
// time. Then the decision is taken again, and is held again.
//
// # How long
//
// An attempt is held until it is told to go on ([Decision.Continue]), or for a think time
// that was chosen before. If nobody acts it goes on by itself, and the number of decisions
// that are held is limited: nobody can hold a decision forever, or as many as they like. Only
// somebody at the machine of the program may hold one without a bound ([Decision.Stay]).
// [Decision.Cancel] ends a decision without an append, and so does [Keeper.Close].
//
// # In several processes
//
// A held decision lives in the process that takes it. That process shows it to the others by way
// of the database (package underway), so its page is the same in every process. A button on the page
// of another process leaves a wish, which the first process grants within a moment. If the first
// process crashes, the decision ends with it, and the others say so: what was not appended never
// happened.
package held
