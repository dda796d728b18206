package spec

import "strings"

// didYouMean returns a hint that names the known word closest to the misspelt one,
// or "" when none is close.
func didYouMean(word string, known []string) string {
	if best := Closest(word, known); best != "" {
		return "did you mean " + best + "?"
	}
	return ""
}

// Closest returns the known word with the smallest distance, if that is at most a
// third of the word; the first of equals.
func Closest(word string, known []string) string {
	best, limit := "", (len([]rune(word))+2)/3
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k), limit); d <= limit && (best == "" || d < limit) {
			best, limit = k, d
		}
	}
	return best
}

// distance is the number of insertions, deletions, replacements and swaps of
// neighbours that make b of a (optimal string alignment). Beyond limit, any larger
// number may be returned.
func distance(a, b string, limit int) int {
	s, t := []rune(a), []rune(b)
	if len(s)-len(t) > limit || len(t)-len(s) > limit {
		return limit + 1
	}
	before, above, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(t)]
}
