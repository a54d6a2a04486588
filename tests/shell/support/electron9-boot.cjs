// Test only: starts the lowered build in Electron 9.
'use strict'

require('./electron9-shim.cjs')
require('../../../build/out/electron9/app/main/main.cjs')
