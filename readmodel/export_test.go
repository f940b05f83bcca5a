package readmodel

// LeaseIsFree is what those who stand by ask again and again.
const LeaseIsFree = leaseIsFree
