// Test only: the package's entry where it is packed with Electron 9.
'use strict'

require('./electron9-shim.cjs')
require('../main/main.cjs')
