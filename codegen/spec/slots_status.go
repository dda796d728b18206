package spec

import "net/http"

const statusSlotHint = "the environment can give one from 200 to 599 that may have content and needs no field of its own: not 204, 205, 206, 304, 401, 405, 407 or 426"

// IsSlotStatus says that the environment can give a status. The header block is written when the
// server is built, and it has Content-Length: so the status is one whose response may have content,
// and must have no field that others do not have.
func IsSlotStatus(status int) bool {
	_, needs := statusFields[status]
	return status >= 200 && status <= 599 && !hasNoContent(status) && !needs && status != http.StatusUpgradeRequired
}

// statusSlot decodes a status that is a slot.
func (d *decoder) statusSlot(n *node) *Slot {
	before := len(d.errs)
	text, slots := d.slots(n, n.text, "status", SlotStatus)
	if len(d.errs) > before {
		return nil
	}
	if text != "" || len(slots) != 1 {
		d.report(n, "write ${STATUS} or ${STATUS:-503}", "status: a slot gives all of it")
		return nil
	}
	return &slots[0]
}
