package zone

import "testing"

// A Zone without room drops its oldest facts and says so, and so do those that are made of
// it; one with room keeps them.
func TestRoom(t *testing.T) {
	for _, roomy := range []bool{false, true} {
		z := New()
		if roomy {
			z.GiveRoom()
		}
		n := 0
		for i := Var(1); i < 16; i++ {
			for j := i + 1; j < 16 && n <= fewFacts; j++ {
				sum, _ := Of(i).Plus(Of(j), 1)
				z.Require(sum.PlusConst(-100))
				n++
			}
		}
		other := New()
		joined := New()
		joined.Join(z, other, nil)
		if dropped := n - len(z.facts); z.Crowded() == roomy || (dropped == 0) != roomy {
			t.Errorf("roomy: %v: of %d facts %d are dropped; crowded: %v", roomy, n, dropped, z.Crowded())
		}
		if c := z.Clone(); c.Crowded() != z.Crowded() || joined.Crowded() != z.Crowded() || c.roomy != roomy || joined.roomy != roomy {
			t.Errorf("roomy: %v: what is made of it is not like it", roomy)
		}
	}
}
