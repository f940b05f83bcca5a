// Package rival finds somebody who can get in the way of a decision, and somebody who can't.
//
// [Find] tries out on the log what students could do right now. Nothing of that is stored. A
// [Rival] is a student who exists, and a command that no rule refuses. Its events are inside the
// boundary of the decision, so its append would turn away the decision's; or they are outside, and
// then the decision does not notice. [Forms] are the two buttons for them.
package rival
