// The conversations of before.

import { formsOf } from '../forms'

const { plural, number } = formsOf('en')

export const past = {
  title: 'Past conversations',
  close: 'Close past conversations',
  search: 'Search past conversations',
  words: 'Search for words',
  count: (count: number) => plural(count, { one: '1 conversation', other: `${number(count)} conversations` }),
  fleeting: 'They cannot be kept now, and go when Parley ends.',
  list: 'Conversations',
  nothingFound: 'Nothing was found.',
  none: 'There are none yet.',
  begin: 'New conversation',
  forget: 'Forget everything',
  forgetAsk: 'Forget everything…',
  forgetQuestion: 'Every conversation is deleted for good, this one, too.',
  keep: 'Keep',
  back: 'Back to the list',
  said: 'What was said',
  reading: 'Reading…',
  goOn: 'Go on with it',
  rename: 'Rename',
  name: 'Name of the conversation',
  save: 'Save',
  export: 'Export',
  delete: 'Delete',
  deleteAsk: 'Delete…',
  deleteQuestion: 'It is deleted for good.',
  untitled: 'Conversation',
}
