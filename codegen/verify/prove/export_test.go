package prove

// ImageOf is imageOf for the tests outside of the package.
var ImageOf = imageOf
