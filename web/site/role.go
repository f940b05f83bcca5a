package site

import (
	"time"
)

// roleAge is how long the registrar's role lasts before the passcode is asked for
// again. A copy of the cookie is of use no longer than that, and not once its browser has
// signed out.
const roleAge = 12 * time.Hour
